"""What mail servers mean: their words, codes and silences -> category, cause and cure. Pure.

``diagnose(text, ...)`` explains words. ``conclude(category, detail, place)`` gives advice for what is known.
"""
