namespace ActorKube.ApiServer.Tests.Kinds;

/// <summary>Classes that pods name, and the history of workloads.</summary>
public sealed class ClassKindTests
{
    private const string Priorities = "scheduling.k8s.io/v1/priorityclasses";
    private const string Runtimes = "node.k8s.io/v1/runtimeclasses";
    private const string Revisions = "apps/v1/controllerrevisions";

    [Theory]
    [InlineData("""{"metadata":{"name":"a"},"value":1000000000}""")]
    [InlineData("""{"metadata":{"name":"a"},"value":1000000001}""", "value: Forbidden: maximum allowed value of a user defined priority is 1000000000")]
    [InlineData("""{"metadata":{"name":"system-x"},"value":1}""", "metadata.name: Forbidden: priority class names with 'system-' prefix are reserved for system use only. error: system-x is not a known system priority class")]
    [InlineData("""{"metadata":{"name":"system-node-critical"},"value":1}""", "metadata.name: Forbidden: priority class names with 'system-' prefix are reserved for system use only. error: value of system-node-critical PriorityClass must be 2000001000")]
    [InlineData("""{"metadata":{"name":"system-node-critical"},"value":2000001000,"globalDefault":true}""", "metadata.name: Forbidden: priority class names with 'system-' prefix are reserved for system use only. error: globalDefault of system-node-critical PriorityClass must be false")]
    [InlineData("""{"metadata":{"name":"a"},"value":1,"preemptionPolicy":"Always"}""", "preemptionPolicy: Unsupported value: \"Always\": supported values: \"PreemptLowerPriority\", \"Never\"")]
    public void A_priority_class_is_checked(string obj, params string[] faults) => Assert.Equal(faults, KindBench.Faults(Priorities, obj));

    [Fact]
    public void What_pods_have_taken_from_a_priority_class_never_changes()
    {
        Assert.Equal(["value: Forbidden: may not be changed in an update.", "preemptionPolicy: Invalid value: \"Never\": field is immutable"],
            KindBench.UpdateFaults(Priorities, """{"value":1}""", """{"value":2,"preemptionPolicy":"Never"}"""));
        Assert.Empty(KindBench.UpdateFaults(Priorities, """{"value":1}""", """{"value":1,"description":"x","globalDefault":true}"""));
    }

    [Theory]
    [InlineData("""{"handler":"runc"}""")]
    [InlineData("""{"handler":""}""", "handler: Required value")]
    [InlineData("""{"handler":"a.b"}""", "handler: Invalid value: \"a.b\": must not contain dots")]
    [InlineData("""{"handler":"a","overhead":{"podFixed":{"cpu":"-1","foo":"1"}}}""", "overhead.limits[cpu]: Invalid value: \"-1\": must be greater than or equal to 0", "overhead.limits[foo]: Invalid value: \"foo\": must be a standard resource type or fully qualified", "overhead.limits[foo]: Invalid value: \"foo\": must be a standard resource for containers")]
    [InlineData("""{"handler":"a","scheduling":{"nodeSelector":{"a b":"c"},"tolerations":[{"operator":"Equal"}]}}""", "scheduling.nodeSelector: Invalid value: \"a b\": name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')", "scheduling.tolerations[0].operator: Invalid value: \"Equal\": operator must be Exists when `key` is empty, which means \"match all values and all keys\"")]
    public void A_runtime_class_is_checked(string obj, params string[] faults) => Assert.Equal(faults, KindBench.Faults(Runtimes, obj));

    [Fact]
    public void The_handler_of_a_runtime_class_never_changes() =>
        Assert.Equal(["handler: Invalid value: null: field is immutable"], KindBench.UpdateFaults(Runtimes, """{"handler":"a"}""", """{"handler":"b","overhead":{"podFixed":{"cpu":"-1"}}}"""));

    [Fact]
    public void A_revision_has_data_that_never_change()
    {
        Assert.Equal(["data: Required value: data is mandatory", "revision: Invalid value: -1: must be greater than or equal to 0"], KindBench.Faults(Revisions, """{"revision":-1}"""));
        Assert.Equal(["data: Invalid value: {\"a\":2}: field is immutable"], KindBench.UpdateFaults(Revisions, """{"data":{"a":1},"revision":1}""", """{"data":{"a":2},"revision":2}"""));
    }
}
