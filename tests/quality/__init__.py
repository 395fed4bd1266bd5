"""How well a need finds the offer on the same subject, in ten languages: sentences by another hand than the vocabulary's.

`sentences.csv` has a hundred everyday subjects, each with one need and one offer in each language, written for that
language and not translated. Sixty are for development; forty are held back, and nothing was ever chosen by them.
`python -m tests.quality` measures both and writes docs/quality.md.
"""
