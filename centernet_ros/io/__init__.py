"""Files: images, videos, folders of results, and the formats of data sets' results."""
