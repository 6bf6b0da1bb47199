"""What operators see: logs, metrics of requests, traces."""
