"""Surveys: the same questions to many, answered by nobody in particular, wave after wave."""
