"""What consenting people make known: capabilities as offers and needs as needs, for matching to read."""
