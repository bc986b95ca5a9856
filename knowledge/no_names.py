"""Words that stand where a name would, and name nothing."""

# Words that follow "in namespace" without naming one.
# fmt: off
NO_NAMESPACES = frozenset({
    "a", "all", "an", "and", "are", "as", "at", "be", "but", "by", "can", "does", "for", "from",
    "has", "i", "is", "it", "not", "of", "on", "or", "so", "that", "the", "there", "this", "to",
    "was", "we", "when", "where", "which", "while", "with",
})
# fmt: on

# Linux has namespaces of its own, and English has adjectives.
# fmt: off
NO_NAMESPACES_BEFORE = NO_NAMESPACES | frozenset({
    "any", "cgroup", "container", "correct", "current", "different", "each", "every", "given",
    "host", "ipc", "its", "kubernetes", "linux", "mount", "my", "net", "netns", "network", "new",
    "no", "node", "one", "other", "another", "our", "own", "pid", "pod", "proper", "right", "root",
    "same", "separate", "service", "single", "some", "source", "system", "target", "their", "user",
    "uts", "whole", "whose", "wrong", "your", "following", "destination", "client", "server",
})
# What stands after "service" in prose and is no name.
NO_SERVICES = NO_NAMESPACES | frozenset({
    "account", "accounts", "affinity", "cidr", "cluster", "clusterip", "connection", "discovery",
    "dns", "endpoint", "endpoints", "headless", "host", "ip", "ips", "level", "loadbalancer",
    "log", "logs", "mesh", "monitor", "name", "names", "network", "nodeport", "no", "pod", "pods",
    "port", "ports", "proxy", "range", "selector", "spec", "status", "subnet", "template",
    "timeout", "type", "url", "vip", "yaml",
})
# fmt: on
NO_HOSTS = frozenset({"tcp", "udp", "the", "host", "on", "for", "localhost"})
