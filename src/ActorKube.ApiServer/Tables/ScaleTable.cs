namespace ActorKube.ApiServer.Tables;

/// <summary>What <c>kubectl get --subresource=scale</c> shows.</summary>
internal static class ScaleTable
{
    /// <summary>The columns.</summary>
    public static readonly TableLayout Layout = new(
    [
        TableColumn.ObjectName with { Format = "" },
        TableColumn.Number("Desired", "How many replicas there should be.", static o => o.At("spec", "replicas").AsNumber()),
        TableColumn.Number("Available", "How many replicas there are.", static o => o.At("status", "replicas").AsNumber()),
        TableColumn.Age,
    ]);
}
