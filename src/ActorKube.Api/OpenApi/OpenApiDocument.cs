namespace ActorKube.Api.OpenApi;

/// <summary>A document ready to be sent. Not compressed.</summary>
/// <param name="Bytes">The content.</param>
/// <param name="ContentType">Its media type.</param>
/// <param name="Hash">Upper-case hexadecimal hash; the <c>ETag</c>, in quotes, and the <c>hash</c> parameter of v3 addresses.</param>
public sealed record OpenApiDocument(ReadOnlyMemory<byte> Bytes, string ContentType, string Hash);
