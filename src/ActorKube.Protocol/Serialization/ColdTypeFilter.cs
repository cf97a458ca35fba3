using System.Collections.Frozen;
using Hyperion;

namespace ActorKube.Protocol.Serialization;

/// <summary>Lets through the types that were registered, by name and assembly, and nothing else. It is asked before a type is looked up, let alone made.</summary>
internal sealed class ColdTypeFilter(IEnumerable<Type> types) : ITypeFilter
{
    private readonly FrozenSet<string> _names = types.Select(t => Name(t.AssemblyQualifiedName!)).ToFrozenSet(StringComparer.Ordinal);

    public bool IsAllowed(string typeName) => _names.Contains(Name(typeName));

    // "Namespace.Type, Assembly, Version=…" without what differs between builds. Names of generic types keep their arguments.
    private static string Name(string qualified)
    {
        var depth = 0;
        var commas = 0;
        for (var i = 0; i < qualified.Length; i++)
        {
            depth += qualified[i] switch { '[' => 1, ']' => -1, _ => 0 };
            if (qualified[i] == ',' && depth == 0 && ++commas == 2)
                return qualified[..i];
        }
        return qualified;
    }
}
