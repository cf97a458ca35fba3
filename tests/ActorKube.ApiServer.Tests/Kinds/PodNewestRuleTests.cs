using System.Text.Json.Nodes;
using ActorKube.Api.Users;

namespace ActorKube.ApiServer.Tests.Kinds;

/// <summary>What upstream's rules of 1.37 say otherwise than those of the versions before it.</summary>
public sealed class PodNewestRuleTests
{
    private const string Device = """ "volumeDevices":[{"name":"v","devicePath":"/dev/x"}] """;
    private const string Claim = """ "volumes":[{"name":"v","persistentVolumeClaim":{"claimName":"c"}}] """;
    private const string Variable = """ "env":[{"name":"A","valueFrom":{"fileKeyRef":{"volumeName":"v","path":"a","key":"K"}}}] """;

    private static string Pod(string container, string rest, string annotations = "") =>
        """{"metadata":{"name":"p","annotations":{ANNOTATIONS}},"spec":{"containers":[{"name":"c","image":"i:1"CONTAINER}]REST}}"""
            .Replace("CONTAINER", container.Length > 0 ? "," + container : "").Replace("REST", rest.Length > 0 ? "," + rest : "").Replace("ANNOTATIONS", annotations);

    [Theory]
    [InlineData(Variable, """ "volumes":[{"name":"v"}] """)]
    [InlineData(Variable, """ "volumes":[{"name":"v","hostPath":{"path":"/"}}] """, "spec.containers[0].env[0].valueFrom.fileKeyRef.volumeName: Invalid value: \"v\": referenced volume must be of type emptyDir")]
    [InlineData(Variable, "", "spec.containers[0].env[0].valueFrom.fileKeyRef.volumeName: Not found: \"v\"")]
    [InlineData(""" "env":[{"name":"A","valueFrom":{"fileKeyRef":{"volumeName":"v","path":"a/../b","key":"a=b"}}}] """, """ "volumes":[{"name":"v"}] """,
        "spec.containers[0].env[0].valueFrom.fileKeyRef.key: Invalid value: \"a=b\": a valid environment variable name must consist only of printable ASCII characters other than '='",
        "spec.containers[0].env[0].valueFrom.fileKeyRef.path: Invalid value: \"a/../b\": must not contain '..'")]
    [InlineData(""" "env":[{"name":"A","valueFrom":{"resourceFieldRef":{"resource":"limits.cpu","divisor":"0.001"}}}] """, "")]
    [InlineData(""" "env":[{"name":"A","valueFrom":{"resourceFieldRef":{"resource":"limits.memory","divisor":"1024"}}}] """, "", "spec.containers[0].env[0].valueFrom.resourceFieldRef.divisor: Invalid value: \"limits.memory\": only divisor's values 1, 1k, 1M, 1G, 1T, 1P, 1E, 1Ki, 1Mi, 1Gi, 1Ti, 1Pi, 1Ei are supported with the memory resource")]
    [InlineData(""" "resizePolicy":[{"resourceName":"cpu","restartPolicy":"RestartContainer"}] """, """ "restartPolicy":"Never" """, "spec.containers[0].resizePolicy: Invalid value: \"RestartContainer\": must be 'NotRequired' when pod `restartPolicy` is 'Never'")]
    [InlineData("", """ "initContainers":[{"name":"i","image":"i","resizePolicy":[{"resourceName":"cpu","restartPolicy":"RestartContainer"}]}] """, "spec.initContainers[0].resizePolicy[0].restartPolicy: Invalid value: \"RestartContainer\": must not be set to 'RestartContainer' for non-sidecar initContainers")]
    [InlineData("", """ "initContainers":[{"name":"i","image":"i","restartPolicy":"Always","resizePolicy":[{"resourceName":"cpu","restartPolicy":"RestartContainer"}]}] """)]
    [InlineData("", """ "initContainers":[{"name":"i","image":"i","restartPolicyRules":[{"action":"Stop"}]}] """, "spec.initContainers[0].restartPolicy: Required value: must specify restartPolicy when restart rules are used")]
    [InlineData("", """ "terminationGracePeriodSeconds":-1 """, "spec.terminationGracePeriodSeconds: Invalid value: -1: must be greater than or equal to 0")]
    [InlineData(Device, """ "hostUsers":false,"hostPID":true, """ + Claim, "spec.HostPID: Forbidden: when `hostUsers` is false", "spec.containers[0].volumeDevices: Forbidden: when `hostUsers` is false")]
    [InlineData(Device, Claim)]
    [InlineData("", """ "os":{"name":""} """, "spec.os.name: Required value")]
    [InlineData("", """ "os":{"name":"windows"},"hostPID":true,"securityContext":{"runAsUser":1} """, "spec.securityContext.runAsUser: Forbidden: cannot be set for a windows pod", "spec.hostPID: Forbidden: cannot be set for a windows pod")]
    [InlineData("", """ "tolerations":[{"key":"a","operator":"Lt","value":"1"}] """, "spec.tolerations[0].operator: Unsupported value: \"Lt\": supported values: \"Equal\", \"Exists\", \"Lt\", \"Gt\"")]
    [InlineData("", """ "tolerations":[{"key":"a","operator":"Near"}] """, "spec.tolerations[0].operator: Unsupported value: \"Near\": supported values: \"Equal\", \"Exists\"")]
    [InlineData("", """ "volumes":[{"name":"v","azureDisk":{"diskName":"d","kind":"Managed"}}] """, "spec.volumes[0].azureDisk.diskURI: Required value",
        "spec.volumes[0].azureDisk.diskURI: Unsupported value: \"\": supported values: \"/subscriptions/{sub-id}/resourcegroups/{group-name}/providers/microsoft.compute/disks/{disk-id}\"")]
    [InlineData("", """ "volumes":[{}] """, "spec.volumes[0].name: Required value")]
    public void A_pod_is_checked(string container, string rest, params string[] faults) => Assert.Equal(faults, KindBench.Faults("pods", Pod(container, rest)));

    [Theory]
    [InlineData(""" "resources":{"requests":{"cpu":"1"}} """, """ "resources":{"requests":{"cpu":"500m"}} """, "spec.resources.requests[cpu]: Invalid value: \"500m\": must be greater than or equal to aggregate container requests of 1")]
    [InlineData(""" "resources":{"requests":{"ephemeral-storage":"1Gi"}} """, """ "resources":{"requests":{"cpu":"1"}} """)]
    [InlineData(""" "resources":{"limits":{"cpu":"1","hugepages-2Mi":"4Mi"}} """, """ "resources":{"limits":{"cpu":"1","hugepages-2Mi":"2Mi"}} """,
        "spec.resources.requests[hugepages-2Mi]: Invalid value: \"2Mi\": must be greater than or equal to aggregate container requests of 4Mi",
        "spec.resources.limits[hugepages-2Mi]: Invalid value: \"2Mi\": must be greater than or equal to aggregate container limits of 4Mi",
        "spec.resources.containers[0][hugepages-2Mi].limits: Invalid value: \"4Mi\": must be less than or equal to pod limits of 2Mi")]
    [InlineData("", """ "os":{"name":"windows"},"resources":{"requests":{"disk":"-1"}} """, "spec.resources: Forbidden: may not be set for a windows pod")]
    [InlineData("", """ "resources":{"claims":[]} """, "spec.resources.claims: Forbidden: claims may not be set for Resources at pod-level")]
    public void What_a_pod_says_of_its_resources_covers_its_containers(string container, string rest, params string[] faults) => Assert.Equal(faults, KindBench.Faults("pods", Pod(container, rest)));

    [Fact]
    public void A_pod_of_a_node_has_no_claims() => Assert.Equal([": Forbidden: static pods do not support resource claims"],
        KindBench.Faults("pods", Pod("", """ "nodeName":"n","resourceClaims":[{"name":"x"}] """, """ "kubernetes.io/config.mirror":"x" """)));

    [Fact]
    public void A_pod_that_compares_numbers_already_may_go_on()
    {
        var before = Pod("", """ "tolerations":[{"key":"a","operator":"Gt","value":"1"}] """);
        Assert.Empty(KindBench.UpdateFaults("pods", before, before));
    }

    [Theory]
    [InlineData("pods", """{"metadata":{"name":"p"},"spec":SPEC}""", "spec")]
    [InlineData("apps/v1/deployments", """{"metadata":{"name":"p"},"spec":{"template":{"spec":SPEC}}}""", "spec.template.spec")]
    [InlineData("batch/v1/jobs", """{"metadata":{"name":"p"},"spec":{"template":{"spec":SPEC}}}""", "spec.template.spec")]
    [InlineData("batch/v1/cronjobs", """{"metadata":{"name":"p"},"spec":{"jobTemplate":{"spec":{"template":{"spec":SPEC}}}}}""", "spec.jobTemplate.spec.template.spec")]
    [InlineData("podtemplates", """{"metadata":{"name":"p"},"template":{"spec":SPEC}}""", "template.spec")]
    public void What_is_switched_off_is_dropped_unless_it_is_there(string resource, string shape, string path)
    {
        const string used = """{"schedulingGroup":{"podGroupName":"g"},"containers":[{"name":"c","image":"i:1","lifecycle":{"stopSignal":"SIGUSR1"}}]}""";
        const string unused = """{"containers":[{"name":"c","image":"i:1"}]}""";
        var strategy = KindBench.Strategy(resource);
        JsonNode Spec(JsonObject obj) => path.Split('.').Aggregate((JsonNode)obj, static (node, part) => node[part]!);
        JsonObject With(string spec) => KindBench.Defaulted(resource, shape.Replace("SPEC", spec));
        var created = With(used);
        strategy.PrepareForCreate(created, new UserInfo("alice"));
        var changed = With(used);
        strategy.PrepareForUpdate(changed, With(unused));
        foreach (var obj in (JsonObject[])[created, changed])
        {
            Assert.Null(Spec(obj)["schedulingGroup"]);
            Assert.Null(Spec(obj)["containers"]![0]!["lifecycle"]);
        }
        var kept = With(used);
        strategy.PrepareForUpdate(kept, With(used));
        Assert.NotNull(Spec(kept)["schedulingGroup"]);
        Assert.Equal("SIGUSR1", (string?)Spec(kept)["containers"]![0]!["lifecycle"]!["stopSignal"]);
    }

    [Theory]
    [InlineData("", false)]
    [InlineData(""","ownerReferences":[{"apiVersion":"apps/v1","kind":"Deployment","name":"d","uid":"u","controller":true}]""", true)]
    public void A_set_that_a_deployment_makes_has_the_template_of_its_deployment(string owner, bool kept)
    {
        var set = KindBench.Defaulted("apps/v1/replicasets", """{"metadata":{"name":"s"OWNER},"spec":{"template":{"spec":{"containers":[{"name":"c","image":"i:1","lifecycle":{"stopSignal":"SIGUSR1"}}]}}}}""".Replace("OWNER", owner));
        KindBench.Strategy("apps/v1/replicasets").PrepareForCreate(set, new UserInfo("controller"));
        Assert.Equal(kept, set["spec"]!["template"]!["spec"]!["containers"]![0]!["lifecycle"] is not null);
    }

    [Fact]
    public void A_pod_that_was_stored_with_a_negative_grace_period_may_be_changed()
    {
        var before = Pod("", """ "terminationGracePeriodSeconds":-1 """);
        Assert.Empty(KindBench.UpdateFaults("pods", before, before));
    }
}
