using System.Text;
using ActorKube.Api.Errors;
using ActorKube.Api.Json;
using YamlDotNet.Core;

namespace ActorKube.Api.Yaml;

/// <summary>
/// Decodes YAML request bodies into the same trees as <see cref="JsonDecoder"/>, with the scalar rules kubectl users know (upstream:
/// <c>sigs.k8s.io/yaml</c> over go-yaml v2): <c>yes</c> and <c>on</c> are true, <c>0644</c> is 420, quoted scalars are strings, merge
/// keys work. Duplicated keys are reported and the last wins; what aliases expand to counts against the limits.
/// </summary>
public static class YamlDecoder
{
    /// <summary>Decodes one YAML document.</summary>
    /// <exception cref="ApiException">400 for malformed YAML, a second document, or more than the limits allow; 413 when too large.</exception>
    public static DecodedJson Decode(ReadOnlySpan<byte> yaml, JsonLimits? limits = null)
    {
        limits ??= JsonLimits.Default;
        if (yaml.Length > limits.MaxBytes)
            throw JsonDecoder.TooLarge(limits.MaxBytes);
        string text;
        try
        {
            text = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true).GetString(yaml);
        }
        catch (DecoderFallbackException)
        {
            throw Malformed("yaml: invalid leading UTF-8 octet");
        }
        try
        {
            return new YamlTreeReader(new CheckedParser(new Parser(new StringReader(text.TrimStart('\uFEFF')))), limits).Read();
        }
        catch (YamlException e)
        {
            throw Malformed($"yaml: line {e.Start.Line}: {e.Message}");
        }
    }

    internal static ApiException Malformed(string detail) => ApiErrors.BadRequest($"error converting YAML to JSON: {detail}");
}
