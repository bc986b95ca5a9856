"""Two made-up handbooks of different shapes, for the tests of the import."""

CHINESE = """\
# 連線疑難手冊

這一章收集值班時遇過的狀況。

## Ingress 一直回 502

使用者看到 502，控制器的日誌是這樣：

```
$ kubectl -n edge logs ingress-7c9d8f6b54-x2k9p
2024/03/05 08:11:02 [error] 31#31: upstream closed early, upstream: "http://10.8.4.17:8080/"
```

這是因為後端的 keep-alive 時間比控制器短。

解決方法：把後端的逾時調長，再重啟：

```bash
kubectl -n shop set env deploy/web KEEPALIVE=75
kubectl -n shop delete pod -l app=web
```

參考 [上游文件](https://example.com/keepalive)。

## 節點抓不到映像檔

**現象**

Pod 停在那裡，事件寫著：

```sh
  Warning  Failed  12s (x4 over 90s)  kubelet, node-7  \
Failed to pull image "registry.lan/web:9": dial tcp 192.168.9.3:5000: connect: no route to host
```

**原因**

節點的路由被另一張網卡蓋掉。

**檢查**

- 執行 `ip route get 192.168.9.3`
- 看輸出是不是走 `eth1`

**修復**

1. 刪掉多餘的路由 `ip route del 192.168.0.0/16 dev eth1`
2. 把設定寫進網路設定檔

## 名稱解析很慢

有時會出現 `lookup db.shop.svc.cluster.local on 10.96.0.10:53: read: i/o timeout` 這個訊息。

## 目錄

- [Ingress 一直回 502](#ingress)

## 相關文件

- [一](https://example.com/1)
- [二](https://example.com/2)
"""

ENGLISH = """\
---
title: Field notes
tags: [ops]
---
<!-- ## Not a heading
Error: commented out, not printed by anything
-->

Field notes
===========

Some words before anything happens, long enough to be an introduction of its own.

* [Gateway](#gateway)
* [Nodes](#nodes)

Gateway
-------

What goes wrong at the gateway is collected below.

### Handshake refused by `x509: certificate has expired or is not yet valid`

!!! warning "Mind the clock"

    Nodes whose clock is wrong show the same:

        $ date
        Error: clock skew of 4521 seconds detected on node-4

#### How to check

1. Look at the end date.

   ~~~console
   [root@gw-1 ~]# openssl x509 -enddate -noout -in /etc/gateway/tls.crt
   notAfter=Jan  1 00:00:00 2024 GMT
   ~~~

2. Compare it with the log:

       E0102 03:04:05.678901  1 proxy.go:77] remote 203.0.113.9:443: tls: handshake failure at 3ms

#### Mitigation

> [!NOTE]
> Do this outside office hours.

| step | what |
|------|------|
| 1    | renew |
| 2    | reload |

- renew the certificate
- then
  - on the first gateway `systemctl restart gateway`
  - on the second one the same

#### See also

[The manual](https://example.com/manual), [the other page](../other.md).

Nodes
-----

### Conntrack is full

Packets are dropped, and `dmesg` says:

    [512345.678901] nf_conntrack: nf_conntrack: table full, dropping packet

Workaround: empty the table.

```sh
sudo conntrack -F
```

### Naming

Nodes are called node-1 to node-9, and each of them has a rack and a shelf of its own.

### Conntrack is full again

    [600000.000001] nf_conntrack: nf_conntrack: table full, dropping packet

Look at the cause, something is broken.

### Tiny

Hm.

### Empty
"""
