"""The pages of the vocabulary that roles share."""
