"""The workbook: members' plans and results as an Excel file, and what people edited in it back into the store."""
