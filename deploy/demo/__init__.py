"""`make demo`: the fictional neighbourhoods of Hazelbrook and Lindenau, played over HTTP and told as a story."""
