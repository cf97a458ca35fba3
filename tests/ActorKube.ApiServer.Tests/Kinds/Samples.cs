namespace ActorKube.ApiServer.Tests.Kinds;

/// <summary>Objects that several tests start from.</summary>
internal static class Samples
{
    public const string SmallPod = """{"metadata":{"name":"p"},"spec":{"containers":[{"name":"c","image":"busybox:1.36"}]}}""";

    public const string RichPod = """
        {"metadata":{"name":"p","labels":{"app":"web"}},"spec":{
          "serviceAccountName":"web","nodeSelector":{"disk":"ssd"},"hostname":"a","subdomain":"b","activeDeadlineSeconds":100,
          "securityContext":{"runAsUser":1000,"fsGroup":2000,"sysctls":[{"name":"net.ipv4.tcp_syncookies","value":"1"}],"seccompProfile":{"type":"RuntimeDefault"}},
          "initContainers":[{"name":"first","image":"busybox"},{"name":"side","image":"busybox@sha256:00","restartPolicy":"Always","startupProbe":{"exec":{"command":["true"]}}}],
          "containers":[{"name":"c","image":"registry.example.com:5000/web:v1","ports":[{"name":"http","containerPort":80}],
            "env":[{"name":"A","value":"1"},{"name":"IP","valueFrom":{"fieldRef":{"fieldPath":"status.podIP"}}},{"name":"L","valueFrom":{"fieldRef":{"fieldPath":"metadata.labels['app']"}}},
                   {"name":"CPU","valueFrom":{"resourceFieldRef":{"resource":"limits.cpu","divisor":"1m"}}}],
            "envFrom":[{"prefix":"X_","secretRef":{"name":"s"}}],
            "resources":{"requests":{"cpu":"100m"},"limits":{"cpu":"1","memory":"64Mi"}},
            "livenessProbe":{"httpGet":{"port":"http"}},"readinessProbe":{"tcpSocket":{"port":80}},
            "lifecycle":{"preStop":{"sleep":{"seconds":5}}},
            "volumeMounts":[{"name":"data","mountPath":"/data"},{"name":"cfg","mountPath":"/cfg","subPath":"a/b"}],
            "securityContext":{"allowPrivilegeEscalation":false}}],
          "volumes":[{"name":"data"},{"name":"cfg","configMap":{"name":"m","items":[{"key":"k","path":"p/q"}]}},{"name":"sec","secret":{"secretName":"s"}},
            {"name":"host","hostPath":{"path":"/var"}},{"name":"down","downwardAPI":{"items":[{"path":"labels","fieldRef":{"fieldPath":"metadata.labels"}}]}},
            {"name":"tok","projected":{"sources":[{"serviceAccountToken":{"path":"token"}},{"configMap":{"name":"ca"}}]}}],
          "tolerations":[{"key":"a","operator":"Exists","effect":"NoExecute","tolerationSeconds":300}],
          "affinity":{"podAntiAffinity":{"preferredDuringSchedulingIgnoredDuringExecution":[{"weight":1,"podAffinityTerm":{"topologyKey":"kubernetes.io/hostname","labelSelector":{"matchLabels":{"app":"web"}}}}]}},
          "topologySpreadConstraints":[{"maxSkew":1,"topologyKey":"zone","whenUnsatisfiable":"ScheduleAnyway","labelSelector":{}}],
          "hostAliases":[{"ip":"10.0.0.1","hostnames":["db"]}],"dnsConfig":{"nameservers":["1.1.1.1"],"searches":["example.com"],"options":[{"name":"ndots","value":"2"}]},
          "readinessGates":[{"conditionType":"example.com/ready"}],"imagePullSecrets":[{"name":"pull"}]}}
        """;

    public const string Deployment = """
        {"metadata":{"name":"web"},"spec":{"selector":{"matchLabels":{"app":"web"}},"template":{"metadata":{"labels":{"app":"web"}},"spec":{"containers":[{"name":"c","image":"i:1"}]}}}}
        """;

    public const string Job = """
        {"metadata":{"name":"j","uid":"u"},"spec":{"selector":{"matchLabels":{"a":"b"}},"manualSelector":true,"template":{"metadata":{"labels":{"a":"b"}},"spec":{"restartPolicy":"Never","containers":[{"name":"c","image":"i:1"}]}}}}
        """;

    public const string CronJob = """
        {"metadata":{"name":"cj"},"spec":{"schedule":"*/5 0-6 1,15 * mon","jobTemplate":{"spec":{"template":{"spec":{"restartPolicy":"OnFailure","containers":[{"name":"c","image":"i:1"}]}}}}}}
        """;

    public const string Service = """{"metadata":{"name":"s"},"spec":{"selector":{"app":"web"},"ports":[{"port":80}]}}""";

    public const string Node = """
        {"metadata":{"name":"n"},"spec":{"podCIDR":"10.0.0.0/24","podCIDRs":["10.0.0.0/24"],"taints":[{"key":"a","effect":"NoSchedule"}]},"status":{"capacity":{"cpu":"4","memory":"8Gi","pods":"110"}}}
        """;
}
