"""Makes of numbers what a page shows of them, in the reader's words: values in, values out."""
