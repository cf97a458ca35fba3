using System.Text.Json;
using ActorKube.Api.Selectors;
using ActorKube.Machinery.Objects;

namespace ActorKube.Scheduler.Indices;

/// <summary>Reads node selector terms without parsing the whole pod.</summary>
internal static class NodeTermReader
{
    /// <summary>Reads the fields of a term; the reader is inside the object.</summary>
    public static NodeSelectorTerm Read(ref Utf8JsonReader reader)
    {
        List<NodeCondition> expressions = [], fields = [];
        while (reader.NextField())
        {
            var list = reader.ValueTextEquals("matchExpressions"u8) ? expressions : reader.ValueTextEquals("matchFields"u8) ? fields : null;
            if (list is null)
                reader.Pass();
            else if (reader.EnterArray())
                while (reader.NextObject())
                    list.Add(Condition(ref reader));
        }
        return NodeSelectorTerm.Of(expressions, fields);
    }

    private static NodeCondition Condition(ref Utf8JsonReader reader)
    {
        string key = "", op = "";
        List<string> values = [];
        while (reader.NextField())
        {
            if (reader.ValueTextEquals("key"u8)) key = reader.Text();
            else if (reader.ValueTextEquals("operator"u8)) op = reader.Text();
            else if (reader.ValueTextEquals("values"u8)) values = reader.Texts();
            else reader.Pass();
        }
        return new NodeCondition(key, op, values);
    }
}
