from knowledge.importer.naming import area, slug


def test_a_slug_is_made_of_the_words_of_the_title() -> None:
    assert slug("Pod 無法分配 IP", 3, set()) == "pod-ip"
    assert slug("The CoreDNS pods aren't ready", 1, set()) == "coredns-pods-arent-ready"


def test_the_name_of_an_alert_is_taken_apart() -> None:
    assert slug("KubeAPIDown", 1, set()) == "kube-api-down"


def test_a_title_with_too_few_words_gets_the_number_of_its_section() -> None:
    assert slug("DNS解析緩慢", 5, set()) == "section-05-dns"
    assert slug("內核導致的問題", 9, set()) == "section-09"
    assert slug("3.1 CNI 配置未初始化", 7, set()) == "section-07-cni"


def test_a_slug_that_is_taken_is_counted_on() -> None:
    assert slug("Pod 無法分配 IP", 3, {"pod-ip", "pod-ip-2"}) == "pod-ip-3"


def test_a_long_title_is_cut_at_a_word() -> None:
    assert slug("a" * 40 + " b" * 9, 1, set()) == "a" * 40 + "-b" * 4
    assert len(slug("x" * 500, 1, set())) < 64


def test_the_area_is_that_of_the_title_first() -> None:
    assert area("DNS is slow", "the service and the service and the service") == "dns"
    assert area("It is slow", "the kubelet of the node") == "node"
    assert area("It is slow", "") == "pod"
