"""XLSForm, the workbook that survey people have: an instrument as one, and one as an instrument."""
