import pytest

from knowledge.danger import danger_of

DANGEROUS = [
    "iptables -F",
    "sudo iptables -t nat -F POSTROUTING",
    "iptables -P FORWARD ACCEPT",
    "iptables-restore < rules",
    "nft flush ruleset",
    "ipvsadm --clear",
    "conntrack -D -p udp",
    "rm -rf /var/lib/cni",
    "cd /x && rm file",
    "ls -a | xargs rm",
    "Remove-Item -Recurse c:\\var",
    "Stop-Service HNS",
    "setenforce 0",
    "sed -i s/SELINUX=enforcing/SELINUX=disabled/ /etc/selinux/config",
    "chmod -R 777 /etc/cni",
    "ufw disable",
    "systemctl restart kubelet",
    "sudo systemctl --now disable firewalld",
    "service docker restart",
    "reboot",
    "pkill -9 kubelet",
    "kubectl delete pod web",
    "kubectl -n kube-system delete pod -l k8s-app=kube-dns",
    "kubectl replace --force -f x.yaml",
    "kubectl drain node-1",
    "kubectl scale deploy web --replicas=0",
    "kubectl create clusterrolebinding x --clusterrole=cluster-admin --user=y",
    "kubeadm reset",
    "ip link delete cni0",
    "ip link set cni0 down",
    "ip route flush cache",
    "sysctl -w net.ipv4.ip_forward=1",
    "echo 1 > /proc/sys/net/ipv4/ip_forward",
    "crictl rmp -a",
    "docker system prune",
    "etcdctl del /registry",
    "dd if=/dev/zero of=/dev/sda",
    "kubectl get pods\nkubectl delete pod web",
]
HARMLESS = [
    "iptables -L FORWARD -n",
    "iptables -S",
    "iptables-save | grep DROP",
    "nft list ruleset",
    "conntrack -S",
    "getenforce",
    "systemctl status kubelet",
    "journalctl -u kubelet --since -1h",
    "kubectl get pods -n kube-system -l k8s-app=kube-dns",
    "kubectl describe pod web",
    "kubectl -n kube-system rollout restart deployment coredns",
    "kubectl delete pod web --dry-run=server",
    "kubectl scale deploy web --replicas=2",
    "sysctl net.ipv4.ip_forward",
    "ip link show cni0",
    "ip route",
    "crictl ps -a",
    "ls -l # rm nothing",
    "kubectl auth can-i delete pods",
    "kubectl create role x --verb=delete --resource=pods",
]


@pytest.mark.parametrize("command", DANGEROUS)
def test_a_command_that_can_hurt_is_known(command: str) -> None:
    assert danger_of(command)


@pytest.mark.parametrize("command", HARMLESS)
def test_a_command_that_looks_is_harmless(command: str) -> None:
    assert danger_of(command) is None
