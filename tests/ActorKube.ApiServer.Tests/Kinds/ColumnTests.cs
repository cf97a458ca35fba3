namespace ActorKube.ApiServer.Tests.Kinds;

public sealed class ColumnTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    private static string Pod(string status, string metadata = "", string spec = "") =>
        $$"""{"metadata":{"name":"p"{{metadata}}},"spec":{"containers":[{"name":"a"},{"name":"b"}],"initContainers":[{"name":"i"}]{{spec}}},"status":{{status}}}""";

    [Theory]
    [InlineData("""{"phase":"Pending"}""", "Pending", "0/2")]
    [InlineData("""{"phase":"Failed","reason":"Evicted"}""", "Evicted", "0/2")]
    [InlineData("""{"phase":"Pending","conditions":[{"type":"PodScheduled","status":"False","reason":"SchedulingGated"}]}""", "SchedulingGated", "0/2")]
    [InlineData("""{"phase":"Pending","initContainerStatuses":[{"name":"i","state":{"running":{}}}]}""", "Init:0/1", "0/2")]
    [InlineData("""{"phase":"Pending","initContainerStatuses":[{"name":"i","state":{"waiting":{"reason":"PodInitializing"}}}]}""", "Init:0/1", "0/2")]
    [InlineData("""{"phase":"Pending","initContainerStatuses":[{"name":"i","state":{"waiting":{"reason":"CrashLoopBackOff"}}}]}""", "Init:CrashLoopBackOff", "0/2")]
    [InlineData("""{"phase":"Pending","initContainerStatuses":[{"name":"i","state":{"terminated":{"exitCode":2}}}]}""", "Init:ExitCode:2", "0/2")]
    [InlineData("""{"phase":"Pending","initContainerStatuses":[{"name":"i","state":{"terminated":{"exitCode":1,"reason":"Error"}}}]}""", "Init:Error", "0/2")]
    [InlineData("""{"phase":"Pending","initContainerStatuses":[{"name":"i","state":{"terminated":{"exitCode":0}}}],"containerStatuses":[{"name":"a","state":{"waiting":{"reason":"PodInitializing"}}}]}""", "PodInitializing", "0/2")]
    [InlineData("""{"phase":"Running","containerStatuses":[{"name":"a","ready":true,"state":{"running":{}}},{"name":"b","state":{"waiting":{"reason":"CrashLoopBackOff"}}}]}""", "CrashLoopBackOff", "1/2")]
    [InlineData("""{"phase":"Running","containerStatuses":[{"name":"a","ready":true,"state":{"running":{}}},{"name":"b","ready":true,"state":{"running":{}}}]}""", "Running", "2/2")]
    [InlineData("""{"phase":"Succeeded","containerStatuses":[{"name":"a","state":{"terminated":{"exitCode":0,"reason":"Completed"}}}]}""", "Completed", "0/2")]
    [InlineData("""{"phase":"Running","containerStatuses":[{"name":"a","state":{"terminated":{"exitCode":0,"reason":"Completed"}}},{"name":"b","ready":true,"state":{"running":{}}}]}""", "NotReady", "1/2")]
    [InlineData("""{"phase":"Running","containerStatuses":[{"name":"a","state":{"terminated":{"exitCode":137,"signal":9}}}]}""", "Signal:9", "0/2")]
    public void A_pod_says_what_keeps_it(string status, string text, string ready)
    {
        var cells = KindBench.Cells("pods", Pod(status), Now);
        Assert.Equal((text, ready), (cells["Status"], cells["Ready"]));
    }

    [Theory]
    [InlineData("""{"phase":"Running"}""", "Terminating")]
    [InlineData("""{"phase":"Running","reason":"NodeLost"}""", "Unknown")]
    [InlineData("""{"phase":"Failed"}""", "Failed")]
    public void A_pod_that_is_being_deleted_says_so(string status, string text) =>
        Assert.Equal(text, KindBench.Cells("pods", Pod(status, ""","deletionTimestamp":"2026-01-02T03:04:05Z" """), Now)["Status"]);

    [Fact]
    public void Restarts_are_counted_with_the_time_of_the_last_and_wide_output_shows_the_rest()
    {
        var cells = KindBench.Cells("pods", Pod(
            """{"phase":"Running","podIP":"10.0.0.9","podIPs":[{"ip":"10.0.0.9"}],"conditions":[{"type":"x","status":"True"}],"containerStatuses":[{"name":"a","restartCount":2,"lastState":{"terminated":{"finishedAt":"2026-01-02T02:59:05Z"}},"state":{"running":{}}}]}""",
            spec: ""","nodeName":"n1","readinessGates":[{"conditionType":"x"},{"conditionType":"y"}]"""), Now);
        Assert.Equal(("2 (5m ago)", "10.0.0.9", "n1", "<none>", "1/2"), (cells["Restarts"], cells["IP"], cells["Node"], cells["Nominated Node"], cells["Readiness Gates"]));
    }

    [Fact]
    public void A_node_shows_roles_and_state()
    {
        var cells = KindBench.Cells("nodes", """
            {"metadata":{"name":"n","labels":{"node-role.kubernetes.io/control-plane":"","kubernetes.io/role":"edge"}},"spec":{"unschedulable":true},
             "status":{"conditions":[{"type":"Ready","status":"True"}],"nodeInfo":{"kubeletVersion":"v1.37.0","osImage":"Debian"},"addresses":[{"type":"InternalIP","address":"10.0.0.1"}]}}
            """, Now);
        Assert.Equal(("Ready,SchedulingDisabled", "control-plane,edge", "v1.37.0", "10.0.0.1", "<none>", "Debian", "<unknown>"),
            (cells["Status"], cells["Roles"], cells["Version"], cells["Internal-IP"], cells["External-IP"], cells["OS-Image"], cells["Kernel-Version"]));
    }

    [Theory]
    [InlineData("apps/v1/deployments", """{"spec":{"replicas":3,"selector":{"matchLabels":{"b":"2","a":"1"}},"template":{"spec":{"containers":[{"name":"x","image":"i"},{"name":"y","image":"j"}]}}},"status":{"readyReplicas":2,"updatedReplicas":1}}""",
        "Ready=2/3;Up-to-date=1;Available=0;Containers=x,y;Images=i,j;Selector=a=1,b=2")]
    [InlineData("services", """{"spec":{"type":"NodePort","clusterIP":"10.0.0.1","ports":[{"port":80,"nodePort":30000,"protocol":"TCP"},{"port":53,"protocol":"UDP"}]}}""", "Cluster-IP=10.0.0.1;External-IP=<none>;Port(s)=80:30000/TCP,53/UDP;Selector=<none>")]
    [InlineData("services", """{"spec":{"type":"LoadBalancer"}}""", "Cluster-IP=<none>;External-IP=<pending>")]
    [InlineData("batch/v1/jobs", """{"spec":{"completions":2},"status":{"succeeded":1,"startTime":"2026-01-02T03:03:05Z"}}""", "Status=Running;Completions=1/2;Duration=60s")]
    [InlineData("batch/v1/cronjobs", """{"spec":{"schedule":"* * * * *","suspend":false},"status":{"active":[{}]}}""", "Timezone=<none>;Suspend=False;Active=1;Last Schedule=<none>")]
    [InlineData("endpoints", """{"subsets":[{"addresses":[{"ip":"1.1.1.1"},{"ip":"1.1.1.2"}],"ports":[{"port":80},{"port":81}]}]}""", "Endpoints=1.1.1.1:80,1.1.1.2:80,1.1.1.1:81 + 1 more...")]
    [InlineData("persistentvolumeclaims", """{"spec":{"volumeName":"v","storageClassName":"fast"},"status":{"phase":"Bound","capacity":{"storage":"1Gi"},"accessModes":["ReadWriteOnce"]}}""", "Status=Bound;Volume=v;Capacity=1Gi;Access Modes=RWO;StorageClass=fast;VolumeAttributesClass=<unset>")]
    [InlineData("autoscaling/v2/horizontalpodautoscalers", """{"spec":{"scaleTargetRef":{"kind":"Deployment","name":"w"},"maxReplicas":5,"metrics":[{"type":"Resource","resource":{"name":"cpu","target":{"type":"Utilization","averageUtilization":80}}}]}}""", "Reference=Deployment/w;Targets=cpu: <unknown>/80%;MinPods=<unset>;MaxPods=5")]
    [InlineData("networking.k8s.io/v1/ingresses", """{"spec":{"rules":[{"host":"a"}],"tls":[{}]}}""", "Class=<none>;Hosts=a;Ports=80, 443")]
    [InlineData("policy/v1/poddisruptionbudgets", """{"spec":{"minAvailable":"50%"}}""", "Min Available=50%;Max Unavailable=N/A;Allowed Disruptions=0")]
    [InlineData("storage.k8s.io/v1/storageclasses", """{"metadata":{"name":"s","annotations":{"storageclass.kubernetes.io/is-default-class":"true"}},"provisioner":"p"}""", "Name=s (default);Provisioner=p;ReclaimPolicy=Delete;AllowVolumeExpansion=false")]
    [InlineData("certificates.k8s.io/v1/certificatesigningrequests", """{"spec":{"signerName":"s","username":"u"},"status":{"conditions":[{"type":"Approved"}],"certificate":"x"}}""", "SignerName=s;Requestor=u;RequestedDuration=<none>;Condition=Approved,Issued")]
    [InlineData("rbac.authorization.k8s.io/v1/rolebindings", """{"roleRef":{"kind":"Role","name":"r"},"subjects":[{"kind":"User","name":"u"},{"kind":"ServiceAccount","namespace":"n","name":"s"}]}""", "Role=Role/r;Users=u;ServiceAccounts=n/s")]
    [InlineData("resourcequotas", """{"status":{"hard":{"pods":"4","limits.cpu":"2"},"used":{"pods":"1"}}}""", "Request=pods: 1/4;Limit=limits.cpu: 0/2")]
    public void Kinds_show_their_columns(string resource, string json, string expected)
    {
        var cells = KindBench.Cells(resource, json, Now);
        foreach (var pair in expected.Split(';'))
            Assert.Equal(pair, $"{pair[..pair.IndexOf('=')]}={cells[pair[..pair.IndexOf('=')]]}");
    }

    [Fact]
    public void What_is_not_enforced_is_said_when_it_is_used_and_only_then()
    {
        Assert.Empty(KindBench.Warnings("pods", Samples.SmallPod));
        Assert.Equal(
            [
                "spec.initContainers[1].startupProbe: probes are stored but not run yet", "spec.containers[0].livenessProbe: probes are stored but not run yet",
                "spec.containers[0].readinessProbe: probes are stored but not run yet", "spec.containers[0].lifecycle: lifecycle hooks are stored but not run yet",
                "spec.affinity.podAntiAffinity: affinity between pods is stored but does not guide the scheduler yet", "spec.topologySpreadConstraints: spreading is stored but does not guide the scheduler yet",
            ],
            KindBench.Warnings("pods", Samples.RichPod));
        Assert.Equal(["spec.priority: pods go before others in line, but nothing of lower priority makes room for them yet"],
            KindBench.Warnings("pods", Samples.SmallPod.Replace("\"spec\":{", "\"spec\":{\"priority\":5,")));
        Assert.Empty(KindBench.Warnings("pods", Samples.SmallPod.Replace("\"spec\":{", "\"spec\":{\"priority\":5,\"preemptionPolicy\":\"Never\",")));
        Assert.Equal(["services have addresses but nothing carries traffic to them yet"], KindBench.Warnings("services", """{"metadata":{"name":"s"},"spec":{"ports":[{"port":80}]}}"""));
        Assert.Equal(["names of services are stored but not resolved by a cluster DNS yet"], KindBench.Warnings("services", """{"metadata":{"name":"s"},"spec":{"clusterIP":"None","ports":[{"port":80}]}}"""));
        Assert.Empty(KindBench.Warnings("apps/v1/deployments", Samples.Deployment));
        Assert.Equal(["spec.template.spec.volumes[0].nfs: volumes of this type are stored but not mounted yet"],
            KindBench.Warnings("apps/v1/deployments", Samples.Deployment.Replace("\"spec\":{\"cont", "\"spec\":{\"volumes\":[{\"name\":\"v\",\"nfs\":{\"server\":\"s\",\"path\":\"/\"}}],\"cont")));
        Assert.Equal(["metadata.labels[pod-security.kubernetes.io/enforce]: pod security levels are stored but not enforced yet"],
            KindBench.Warnings("namespaces", """{"metadata":{"name":"n","labels":{"a":"b","pod-security.kubernetes.io/enforce":"baseline"}}}"""));
        Assert.Equal(["spec.nodeSelector[beta.kubernetes.io/os]: deprecated since v1.14; use \"kubernetes.io/os\" instead"],
            KindBench.Warnings("pods", Samples.SmallPod.Replace("\"spec\":{", "\"spec\":{\"nodeSelector\":{\"beta.kubernetes.io/os\":\"linux\"},")));
    }
}
