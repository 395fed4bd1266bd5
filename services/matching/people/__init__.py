"""The people whom listings belong to, as far as gates and factors need them: a projection of the directory."""
