using System.Text.Json;
using ActorKube.ApiServer.Tables;

namespace ActorKube.ApiServer.Kinds.Admission;

/// <summary>The tables of admissionregistration.k8s.io.</summary>
internal static class AdmissionColumns
{
    /// <summary>Policies that check.</summary>
    public static readonly IReadOnlyList<TableColumn> ValidatingPolicies = Policies("Validations", "validations");

    /// <summary>Policies that change.</summary>
    public static readonly IReadOnlyList<TableColumn> MutatingPolicies = Policies("Mutations", "mutations");

    /// <summary>Where policies apply.</summary>
    public static readonly IReadOnlyList<TableColumn> Bindings =
    [
        TableColumn.ObjectName,
        TableColumn.Text("PolicyName", "The policy.", static o => o.At("spec", "policyName").AsText()),
        TableColumn.Text("ParamRef", "Its parameters.", static o => Parameters(o.At("spec", "paramRef"))),
        TableColumn.Age,
    ];

    /// <summary>Webhooks.</summary>
    public static readonly IReadOnlyList<TableColumn> Webhooks =
    [
        TableColumn.ObjectName,
        TableColumn.Number("Webhooks", "How many there are.", static o => o.At("webhooks").Size()),
        TableColumn.Age,
    ];

    private static TableColumn[] Policies(string name, string field) =>
    [
        TableColumn.ObjectName,
        TableColumn.Number(name, "How many expressions there are.", o => o.At("spec", field).Size()),
        TableColumn.Text("ParamKind", "Type of its parameters.", static o => Kind(o.At("spec", "paramKind"))),
        TableColumn.Age,
    ];

    private static string Kind(JsonElement kind) => kind.ValueKind == JsonValueKind.Object ? $"{kind.At("apiVersion").AsText()}/{kind.At("kind").AsText()}" : CellText.Unset;

    private static string Parameters(JsonElement reference)
    {
        if (reference.ValueKind != JsonValueKind.Object)
            return CellText.Unset;
        var name = reference.At("name").AsText();
        return reference.At("namespace").AsText() is { Length: > 0 } space ? $"{space}/{name}" : $"*/{name}";
    }
}
