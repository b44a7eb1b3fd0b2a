"""What a role document is: parsing, rendering, merging and comparing, in pure Python without Django."""
