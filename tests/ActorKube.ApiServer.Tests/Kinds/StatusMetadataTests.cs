namespace ActorKube.ApiServer.Tests.Kinds;

public sealed class StatusMetadataTests
{
    private const string Labelled = """{"metadata":{"name":"x","labels":{"a":"b"},"annotations":{"c":"d"}},"spec":{}}""";

    [Theory]
    [InlineData("apps/v1/deployments", false, true)]
    [InlineData("apps/v1/replicasets", true, true)]
    [InlineData("storage.k8s.io/v1/volumeattachments", false, false)]
    [InlineData("networking.k8s.io/v1/servicecidrs", false, false)]
    [InlineData("certificates.k8s.io/v1/podcertificaterequests", false, false)]
    [InlineData("flowcontrol.apiserver.k8s.io/v1/flowschemas", false, false)]
    [InlineData("flowcontrol.apiserver.k8s.io/v1/prioritylevelconfigurations", false, false)]
    [InlineData("admissionregistration.k8s.io/v1/validatingadmissionpolicies", false, false)]
    public void What_of_the_metadata_changes_with_a_status(string resource, bool labels, bool annotations)
    {
        var obj = KindBench.Defaulted(resource, Labelled);
        var old = KindBench.Defaulted(resource, """{"metadata":{"name":"x"},"spec":{}}""");
        KindBench.Strategy(resource).PrepareForStatusUpdate(obj, old);
        Assert.Equal((labels, annotations), (obj["metadata"]!["labels"] is not null, obj["metadata"]!["annotations"] is not null));
    }
}
