"""The rules of households: of children only the bands of age are kept."""

from typing import Literal

Band = Literal["0-2", "3-5", "6-11", "12-15", "16-17"]
BANDS: tuple[Band, ...] = ("0-2", "3-5", "6-11", "12-15", "16-17")
