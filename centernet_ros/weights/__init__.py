"""Published weights, fetched and converted once per machine; never by a running node."""
