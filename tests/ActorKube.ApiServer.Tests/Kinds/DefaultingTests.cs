using System.Text.Json.Nodes;
using ActorKube.Api.Json;
using CsCheck;

namespace ActorKube.ApiServer.Tests.Kinds;

public sealed class DefaultingTests
{
    public static TheoryData<string, string> Known => new()
    {
        { "pods", Samples.SmallPod },
        { "pods", Samples.RichPod },
        { "apps/v1/deployments", Samples.Deployment },
        { "apps/v1/replicasets", Samples.Deployment },
        { "apps/v1/daemonsets", Samples.Deployment },
        { "apps/v1/statefulsets", Samples.Deployment },
        { "batch/v1/jobs", Samples.Job },
        { "batch/v1/cronjobs", Samples.CronJob },
        { "services", Samples.Service },
        { "nodes", Samples.Node },
    };

    [Theory]
    [MemberData(nameof(Known))]
    public void Defaults_are_complete_after_one_pass_and_an_update_with_the_same_object_is_valid(string resource, string json)
    {
        var once = KindBench.Defaulted(resource, json);
        var twice = (JsonObject)once.DeepClone();
        KindBench.Apply(KindBench.Strategy(resource), twice);
        Assert.Equal(once.ToJsonString(), twice.ToJsonString());
        Assert.Empty(KindBench.Faults(resource, json));
        Assert.Empty(KindBench.UpdateFaults(resource, json, once.ToJsonString()));
    }

    [Fact]
    public void A_small_pod_becomes_what_upstream_makes_of_it() => Assert.True(JsonEquality.Same(JsonNode.Parse("""
        {"metadata":{"name":"p"},"spec":{"containers":[{"name":"c","image":"busybox:1.36","resources":{},"terminationMessagePath":"/dev/termination-log",
        "terminationMessagePolicy":"File","imagePullPolicy":"IfNotPresent"}],"restartPolicy":"Always","terminationGracePeriodSeconds":30,"dnsPolicy":"ClusterFirst",
        "securityContext":{},"schedulerName":"default-scheduler","enableServiceLinks":true}}
        """), Without(KindBench.Defaulted("pods", Samples.SmallPod), "status")), KindBench.Defaulted("pods", Samples.SmallPod).ToJsonString());

    [Theory]
    [InlineData("busybox", "Always")]
    [InlineData("busybox:latest", "Always")]
    [InlineData("busybox:1.36", "IfNotPresent")]
    [InlineData("host:5000/busybox", "Always")]
    [InlineData("host:5000/busybox:v1", "IfNotPresent")]
    [InlineData("busybox@sha256:0123", "IfNotPresent")]
    public void The_tag_decides_how_an_image_is_pulled(string image, string policy)
    {
        var pod = KindBench.Defaulted("pods", Samples.SmallPod.Replace("busybox:1.36", image));
        Assert.Equal(policy, (string?)pod["spec"]!["containers"]![0]!["imagePullPolicy"]);
    }

    [Fact]
    public void What_depends_on_other_fields_is_filled_in()
    {
        var spec = KindBench.Defaulted("pods", Samples.RichPod)["spec"]!;
        Assert.Equal("""{"cpu":"100m","memory":"64Mi"}""", spec["containers"]![0]!["resources"]!["requests"]!.ToJsonString());
        Assert.Equal("""{"name":"data","emptyDir":{}}""", spec["volumes"]![0]!.ToJsonString());
        Assert.Equal("web", (string?)spec["serviceAccount"]);
        Assert.Equal(420, (int?)spec["volumes"]![1]!["configMap"]!["defaultMode"]?.Int64());
        Assert.Equal(3600, spec["volumes"]![5]!["projected"]!["sources"]![0]!["serviceAccountToken"]!["expirationSeconds"].Int64());
        Assert.Equal(10, spec["containers"]![0]!["livenessProbe"]!["periodSeconds"].Int64());
    }

    [Fact]
    public void A_pod_on_the_nodes_network_opens_its_ports_there_and_a_template_requests_nothing_by_itself()
    {
        var pod = KindBench.Defaulted("pods", """{"spec":{"hostNetwork":true,"containers":[{"name":"c","image":"i:1","ports":[{"containerPort":80}]}]}}""");
        Assert.Equal(80, pod["spec"]!["containers"]![0]!["ports"]![0]!["hostPort"].Int64());
        var deployment = KindBench.Defaulted("apps/v1/deployments", Samples.Deployment.Replace("\"i:1\"", "\"i:1\",\"resources\":{\"limits\":{\"cpu\":\"1\"}}"));
        Assert.Null(deployment["spec"]!["template"]!["spec"]!["containers"]![0]!["resources"]!["requests"]);
        Assert.Null(deployment["spec"]!["template"]!["spec"]!["enableServiceLinks"]);
    }

    [Theory]
    [InlineData("apps/v1/deployments", "strategy", """{"type":"RollingUpdate","rollingUpdate":{"maxUnavailable":"25%","maxSurge":"25%"}}""")]
    [InlineData("apps/v1/deployments", "progressDeadlineSeconds", "600")]
    [InlineData("apps/v1/deployments", "revisionHistoryLimit", "10")]
    [InlineData("apps/v1/daemonsets", "updateStrategy", """{"type":"RollingUpdate","rollingUpdate":{"maxUnavailable":1,"maxSurge":0}}""")]
    [InlineData("apps/v1/statefulsets", "updateStrategy", """{"type":"RollingUpdate","rollingUpdate":{"partition":0}}""")]
    [InlineData("apps/v1/statefulsets", "podManagementPolicy", "\"OrderedReady\"")]
    public void Workloads_get_their_defaults(string resource, string field, string json) =>
        Assert.True(JsonEquality.Same(JsonNode.Parse(json), JsonNode.Parse(KindBench.Defaulted(resource, Samples.Deployment)["spec"]![field]!.ToJsonString())),
            KindBench.Defaulted(resource, Samples.Deployment)["spec"]![field]!.ToJsonString());

    [Theory]
    [InlineData("{}", 1, 1, 6)]
    [InlineData("""{"parallelism":3}""", null, 3, 6)]
    [InlineData("""{"completions":3,"backoffLimit":0}""", 3, 1, 0)]
    public void A_job_runs_one_pod_unless_it_says_more(string spec, int? completions, int parallelism, int backoff)
    {
        var job = KindBench.Defaulted("batch/v1/jobs", $$"""{"spec":{{spec}}}""")["spec"]!;
        Assert.Equal((completions, parallelism, backoff), ((int?)job["completions"].Int64(), (int)job["parallelism"].Int64()!, (int)job["backoffLimit"].Int64()!));
    }

    [Fact]
    public void A_service_gets_its_defaults() => Assert.True(JsonEquality.Same(JsonNode.Parse("""
        {"metadata":{"name":"s"},"spec":{"selector":{"app":"web"},"ports":[{"port":80,"protocol":"TCP","targetPort":80}],"sessionAffinity":"None","type":"ClusterIP","internalTrafficPolicy":"Cluster"}}
        """), Without(KindBench.Defaulted("services", Samples.Service), "status")), KindBench.Defaulted("services", Samples.Service).ToJsonString());

    [Fact]
    public void Defaulting_changes_nothing_the_second_time_whatever_fields_are_there()
    {
        var field = OneOf("\"hostNetwork\":true", "\"securityContext\":{}", "\"volumes\":[{\"name\":\"v\"}]", "\"serviceAccount\":\"a\"", "\"serviceAccountName\":\"b\"",
            "\"enableServiceLinks\":false", "\"restartPolicy\":\"\"", "\"terminationGracePeriodSeconds\":0", "\"volumes\":[{\"name\":\"v\",\"image\":{\"reference\":\"i\"}}]");
        var container = OneOf("\"ports\":[{\"containerPort\":1}]", "\"resources\":{\"limits\":{\"cpu\":\"1\"}}", "\"imagePullPolicy\":\"\"", "\"livenessProbe\":{\"exec\":{}}");
        Gen.Select(field.Array[0, 5], container.Array[0, 3]).Sample((fields, parts) =>
        {
            var own = string.Concat(fields.DistinctBy(static f => f[..8]).Select(static f => "," + f));
            var inner = string.Concat(parts.Distinct().Select(static p => "," + p));
            var once = KindBench.Defaulted("pods", $$$"""{"spec":{"containers":[{"name":"c","image":"i"{{{inner}}}}]{{{own}}}}}""");
            var twice = (JsonObject)once.DeepClone();
            KindBench.Apply(KindBench.Strategy("pods"), twice);
            return once.ToJsonString() == twice.ToJsonString();
        }, iter: 300);
    }

    private static Gen<string> OneOf(params string[] choices) => Gen.Int[0, choices.Length - 1].Select(i => choices[i]);

    private static JsonObject Without(JsonObject obj, string part)
    {
        obj.Remove(part);
        return (JsonObject)JsonNode.Parse(obj.ToJsonString())!;
    }
}
