"""Keeps the vocabulary of the product: values and pure functions, no I/O, nothing imported from the other packages."""
