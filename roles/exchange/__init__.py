"""Tables for spreadsheets: what the catalogue holds as rows, and rows back into the catalogue.

A sheet (`sheets.SHEETS`) has columns by stable English headings. What was exported can be imported again and
changes nothing; a column that is left out stays as it is, and no row deletes anything but what it names.
"""
