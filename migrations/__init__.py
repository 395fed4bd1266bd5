"""Schema changes, a folder per service. They import models only, and a released one never changes."""
