"""Reports: what was recorded is read from the view, and figures are printed for people, spreadsheets and programs."""
