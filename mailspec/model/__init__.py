"""What can be declared: the language of SPEC, as annotated plain data.

The types are TypedDicts with pydantic's constraints. They are the only source of the JSON Schemas and of the compact
shape that :mod:`mailspec.schema` holds every file against. Import this package for types; ``validate`` itself runs
without it, because pydantic's import costs more time than the whole check of a small project.
"""
