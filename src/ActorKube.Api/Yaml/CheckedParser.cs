using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace ActorKube.Api.Yaml;

/// <summary>
/// A parser whose every complaint is a <see cref="YamlException"/>. The library's own reports some malformed input (tags that are no URIs,
/// content after the end of a document) as a programming error of its caller.
/// </summary>
internal sealed class CheckedParser(IParser parser) : IParser
{
    public ParsingEvent? Current => parser.Current;

    public bool MoveNext()
    {
        try
        {
            return parser.MoveNext();
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException)
        {
            var at = parser.Current?.End ?? Mark.Empty;
            throw new YamlException(at, at, e.Message, e);
        }
    }
}
