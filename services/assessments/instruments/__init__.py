"""The definitions that assessments are asked from: versioned, in several languages, shipped as data."""
