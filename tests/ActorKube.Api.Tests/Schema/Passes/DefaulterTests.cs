using ActorKube.Api.Schema.Passes;

namespace ActorKube.Api.Tests.Schema.Passes;

public sealed class DefaulterTests
{
    [Theory]
    [InlineData("v1", "Pod", """{"spec":{"containers":[{"name":"c","ports":[{"containerPort":80}]}]}}""",
        """
        {"spec":{"containers":[{"name":"c","ports":[{"containerPort":80,"protocol":"TCP"}],"resources":{},"terminationMessagePath":"/dev/termination-log","terminationMessagePolicy":"File"}],"dnsPolicy":"ClusterFirst","restartPolicy":"Always","schedulerName":"default-scheduler","securityContext":{},"terminationGracePeriodSeconds":30}}
        """)]
    [InlineData("v1", "Secret", """{"data":{}}""", """{"data":{},"type":"Opaque"}""")]
    [InlineData("batch/v1", "CronJob", """{"spec":{"schedule":"* * * * *"}}""",
        """{"spec":{"schedule":"* * * * *","concurrencyPolicy":"Allow","failedJobsHistoryLimit":1,"successfulJobsHistoryLimit":3,"suspend":false}}""")]
    [InlineData("storage.k8s.io/v1", "StorageClass", """{"provisioner":"p"}""", """{"provisioner":"p","reclaimPolicy":"Delete","volumeBindingMode":"Immediate"}""")]
    public void Absent_fields_take_upstreams_static_defaults(string apiVersion, string kind, string body, string defaulted)
    {
        var value = Kinds.Parse(body);
        Defaulter.Apply(Kinds.Find(apiVersion, kind), value);
        Assert.Equal(defaulted.Trim(), value.ToJsonString());
    }

    [Fact]
    public void What_is_there_stays()
    {
        const string Body = """{"spec":{"containers":[],"dnsPolicy":"None","restartPolicy":"Never","schedulerName":"own","securityContext":{"runAsUser":0},"terminationGracePeriodSeconds":0}}""";
        var value = Kinds.Parse(Body);
        Defaulter.Apply(Kinds.Find("v1", "Pod"), value);
        Assert.Equal(Body, value.ToJsonString());
    }

    [Theory]
    [InlineData("""{"httpGet":{"port":1,"path":"","scheme":""},"timeoutSeconds":0}""", """{"httpGet":{"port":1,"path":"/","scheme":"HTTP"},"timeoutSeconds":1,"failureThreshold":3,"periodSeconds":10,"successThreshold":1}""")]
    public void Zero_counts_as_absent_where_upstream_has_no_pointer(string probe, string defaulted)
    {
        var value = Kinds.Parse(probe);
        Defaulter.Apply(Kinds.Find("v1", "Pod").At("spec", "containers", "[]", "livenessProbe")!, value);
        Assert.Equal(defaulted, value.ToJsonString());
    }
}
