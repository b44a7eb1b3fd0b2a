"""Accounts of the people who work with the catalogue: who may keep whose, and what is logged of them."""
