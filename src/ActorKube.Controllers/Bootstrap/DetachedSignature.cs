using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace ActorKube.Controllers.Bootstrap;

/// <summary>Signatures that stand beside what they sign: JWS in the compact form, HS256, with the content left out between the dots (RFC 7515, appendix F).</summary>
internal static class DetachedSignature
{
    /// <summary>Signs a text.</summary>
    /// <param name="content">The text.</param>
    /// <param name="keyId">Public part of the key.</param>
    /// <param name="key">Secret part.</param>
    public static string Of(string content, string keyId, string key)
    {
        var header = Base64Url.EncodeToString(Encoding.UTF8.GetBytes(new JsonObject { ["alg"] = "HS256", ["kid"] = keyId }.ToJsonString()));
        var signed = Encoding.ASCII.GetBytes($"{header}.{Base64Url.EncodeToString(Encoding.UTF8.GetBytes(content))}");
        return $"{header}..{Base64Url.EncodeToString(HMACSHA256.HashData(Encoding.UTF8.GetBytes(key), signed))}";
    }
}
