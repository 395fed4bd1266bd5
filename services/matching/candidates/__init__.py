"""Candidates: who could meet a need or be helped by an offer, why, and who was held back by which rule."""
