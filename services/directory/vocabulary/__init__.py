"""The everyday vocabulary over HTTP: concepts, what texts are about, and the names that a community adds."""
