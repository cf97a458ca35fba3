using System.Text.Json.Nodes;
using ActorKube.Api.Errors;
using ActorKube.Api.Json;

namespace ActorKube.ApiServer.Kinds.Core;

/// <summary>Credentials of registries, as Docker keeps them: a JSON object of whatever content.</summary>
internal static class DockerConfig
{
    /// <summary>What is wrong with it, in the words of upstream's decoder; null when it is one.</summary>
    public static string? Fault(byte[] content)
    {
        try
        {
            return JsonDecoder.Decode(content).Root is null or JsonObject ? null : $"json: cannot unmarshal {Describe(content)} into Go value of type map[string]interface {{}}";
        }
        catch (ApiException e)
        {
            return e.Status.Message;
        }
    }

    private static string Describe(byte[] content) => content.AsSpan().TrimStart(" \t\r\n"u8) switch
    {
        [(byte)'[', ..] => "array",
        [(byte)'"', ..] => "string",
        [(byte)'t' or (byte)'f', ..] => "bool",
        _ => "number",
    };
}
