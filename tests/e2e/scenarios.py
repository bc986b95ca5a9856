"""Every fault that tier A can prove on the real API server."""

from tests.e2e import api_faults, dns_faults, node_faults, service_faults

SCENARIOS = (
    *service_faults.SCENARIOS,
    *dns_faults.SCENARIOS,
    *node_faults.SCENARIOS,
    *api_faults.SCENARIOS,
)
