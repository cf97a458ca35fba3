using System.Collections.Immutable;
using System.Text;
using ActorKube.NodeAgent.Runtimes;
using k8s.Models;

namespace ActorKube.NodeAgent.Setup;

/// <summary>The environment of a container and what was left out of it.</summary>
/// <param name="Variables">In order; names are unique.</param>
/// <param name="Skipped">One sentence per source whose keys cannot be names of variables.</param>
internal sealed record ContainerEnvironment(ImmutableArray<EnvironmentVariable> Variables, ImmutableArray<string> Skipped)
{
    /// <summary>Of variables in order.</summary>
    public static ContainerEnvironment Of(IEnumerable<KeyValuePair<string, string>> variables, ImmutableArray<string> skipped) =>
        new([.. variables.Select(static v => new EnvironmentVariable(v.Key, v.Value))], skipped);

    /// <summary>The value of a variable; null when there is none.</summary>
    public string? Find(string name)
    {
        foreach (var variable in Variables)
            if (variable.Name == name)
                return variable.Value;
        return null;
    }
}

/// <summary>
/// Builds environments. Order and precedence are upstream's: <c>envFrom</c> in order, then <c>env</c> in order, where each value may refer to what came before it and
/// to services; service variables come last and never replace anything.
/// </summary>
internal sealed class EnvironmentBuilder(IPodReferences references)
{
    /// <summary>The environment of a container.</summary>
    /// <exception cref="SetupException">Something it refers to is missing and not optional.</exception>
    public async ValueTask<ContainerEnvironment> BuildAsync(PodContext context, V1Container container, CancellationToken cancel)
    {
        var ns = context.Pod.Metadata.NamespaceProperty;
        var services = await references.FindServicesAsync(ns, context.Pod.Spec.EnableServiceLinks != false, cancel);
        if (container is not ({ EnvFrom.Count: > 0 } or { Env.Count: > 0 }))
            return services;
        var variables = new OrderedDictionary<string, string>();
        var skipped = ImmutableArray.CreateBuilder<string>();
        foreach (var source in container.EnvFrom ?? [])
            await AddAllAsync(variables, skipped, source, ns, cancel);
        foreach (var variable in container.Env ?? [])
            if (await ValueAsync(context, container, variable, name => variables.TryGetValue(name, out var known) ? known : services.Find(name), cancel) is { } value)
                variables[variable.Name] = value;
        foreach (var (name, value) in services.Variables)
            variables.TryAdd(name, value);
        return ContainerEnvironment.Of(variables, skipped.ToImmutable());
    }

    private async ValueTask AddAllAsync(
        OrderedDictionary<string, string> variables, ImmutableArray<string>.Builder skipped, V1EnvFromSource source, string ns, CancellationToken cancel)
    {
        var (kind, name, values) = await ReadAllAsync(source, ns, cancel);
        List<string>? invalid = null;
        foreach (var (key, value) in values)
        {
            var variable = (source.Prefix ?? "") + key;
            if (IsName(variable))
                variables[variable] = value;
            else
                (invalid ??= []).Add(variable);
        }
        if (invalid is not null)
            skipped.Add($"Keys [{string.Join(", ", invalid.Order(StringComparer.Ordinal))}] from the EnvFrom {kind} {ns}/{name} were skipped since they are considered invalid environment variable names.");
    }

    private async ValueTask<(string Kind, string Name, IEnumerable<KeyValuePair<string, string>> Values)> ReadAllAsync(V1EnvFromSource source, string ns, CancellationToken cancel)
    {
        if (source.ConfigMapRef is { } map)
        {
            var found = await references.FindConfigMapAsync(ns, map.Name, cancel);
            if (found is null && map.Optional != true)
                throw SetupException.Config($"configmap \"{map.Name}\" not found");
            return ("configMap", map.Name, found?.Data ?? Enumerable.Empty<KeyValuePair<string, string>>());
        }
        if (source.SecretRef is { } secret)
        {
            var found = await references.FindSecretAsync(ns, secret.Name, cancel);
            if (found is null && secret.Optional != true)
                throw SetupException.Config($"secret \"{secret.Name}\" not found");
            return ("secret", secret.Name, (found?.Data ?? new Dictionary<string, byte[]>()).Select(d => KeyValuePair.Create(d.Key, Encoding.UTF8.GetString(d.Value))));
        }
        throw SetupException.Config("an envFrom entry names neither a configMap nor a secret");
    }

    private async ValueTask<string?> ValueAsync(PodContext context, V1Container container, V1EnvVar variable, Func<string, string?> lookup, CancellationToken cancel)
    {
        if (!string.IsNullOrEmpty(variable.Value))
            return Expansion.Expand(variable.Value, lookup);
        var ns = context.Pod.Metadata.NamespaceProperty;
        return variable.ValueFrom switch
        {
            null => "",
            { FieldRef: { } field } => FieldPaths.Read(context, field.FieldPath),
            { ResourceFieldRef: { } resource } => ResourceFields.Read(context, resource, container),
            { ConfigMapKeyRef: { } key } => await ConfigMapKeyAsync(ns, key, cancel),
            { SecretKeyRef: { } key } => await SecretKeyAsync(ns, key, cancel),
            _ => throw SetupException.Config($"environment variable {variable.Name} has a source that this agent does not support"),
        };
    }

    private async ValueTask<string?> ConfigMapKeyAsync(string ns, V1ConfigMapKeySelector key, CancellationToken cancel)
    {
        var map = await references.FindConfigMapAsync(ns, key.Name, cancel);
        if (map?.Data is not null && map.Data.TryGetValue(key.Key, out var value))
            return value;
        if (key.Optional == true)
            return null;
        throw SetupException.Config(map is null ? $"configmap \"{key.Name}\" not found" : $"couldn't find key {key.Key} in ConfigMap {ns}/{key.Name}");
    }

    private async ValueTask<string?> SecretKeyAsync(string ns, V1SecretKeySelector key, CancellationToken cancel)
    {
        var secret = await references.FindSecretAsync(ns, key.Name, cancel);
        if (secret?.Data is not null && secret.Data.TryGetValue(key.Key, out var value))
            return Encoding.UTF8.GetString(value);
        if (key.Optional == true)
            return null;
        throw SetupException.Config(secret is null ? $"secret \"{key.Name}\" not found" : $"couldn't find key {key.Key} in Secret {ns}/{key.Name}");
    }

    // Upstream accepts any printable ASCII but the equals sign.
    private static bool IsName(string name) => name.Length > 0 && name.All(c => c is >= ' ' and <= '~' and not '=');
}
