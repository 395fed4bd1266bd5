"""Councils, who stands for them, and how they are elected."""
