using System.Reflection;
using System.Text;
using System.Xml;

namespace ActorKube.SchemaBuilder.Model;

/// <summary>The package's own documentation of its classes and properties.</summary>
internal sealed class Descriptions
{
    private const string Types = "T:k8s.Models.";
    private const string Properties = "P:k8s.Models.";
    private readonly Dictionary<string, string> _members = [];

    public static Descriptions Read(string file)
    {
        var descriptions = new Descriptions();
        using var xml = XmlReader.Create(file);
        while (xml.ReadToFollowing("member"))
        {
            var member = xml.GetAttribute("name") ?? "";
            if (member.StartsWith(Types, StringComparison.Ordinal) || member.StartsWith(Properties, StringComparison.Ordinal))
                descriptions._members[member] = Summary(xml);
        }
        return descriptions;
    }

    public string Of(Type type) => _members.GetValueOrDefault(Types + type.Name, "");

    public string Of(Type type, PropertyInfo property) => _members.GetValueOrDefault($"{Properties}{type.Name}.{property.Name}", "");

    private static string Summary(XmlReader xml)
    {
        using var member = xml.ReadSubtree();
        return member.ReadToFollowing("summary") ? Unwrapped(member.ReadElementContentAsString()) : "";
    }

    /// <summary>The generator wraps lines at a fixed width; only an empty line is a paragraph.</summary>
    private static string Unwrapped(string text)
    {
        var result = new StringBuilder(text.Length);
        var separator = "";
        foreach (var line in text.Split('\n'))
        {
            var trimmed = line.AsSpan().Trim();
            if (trimmed.IsEmpty)
            {
                separator = result.Length == 0 ? "" : "\n\n";
                continue;
            }
            result.Append(separator).Append(trimmed);
            separator = " ";
        }
        return result.ToString();
    }
}
