"""Who does the work: processes of this computer, or a Dask cluster."""
