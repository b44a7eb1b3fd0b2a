"""What the API answers with: the exact fields, which are a contract."""
