namespace ActorKube.NodeAgent.Runtimes;

/// <summary>Log files that exist only in this process; what simulated containers print goes here unless files are asked for.</summary>
internal sealed class MemoryLogFiles : IContainerLogFiles
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, MemoryLogFile> _files = [];

    /// <summary>Directories are not kept: every path is writable.</summary>
    public void CreateDirectory(string path)
    {
    }

    /// <inheritdoc/>
    public void DeleteDirectory(string path)
    {
        var prefix = path.TrimEnd('/') + "/";
        lock (_gate)
        {
            foreach (var name in _files.Keys.Where(name => name.StartsWith(prefix, StringComparison.Ordinal)).ToList())
                Take(name);
        }
    }

    /// <inheritdoc/>
    public Stream? OpenRead(string path)
    {
        lock (_gate)
            return _files.TryGetValue(path, out var file) ? new MemoryLogStream(file, writable: false) : null;
    }

    /// <inheritdoc/>
    public long? GetLength(string path)
    {
        lock (_gate)
            return _files.TryGetValue(path, out var file) ? file.Length : null;
    }

    /// <inheritdoc/>
    public IReadOnlyList<string> List(string directory)
    {
        var prefix = directory.TrimEnd('/') + "/";
        lock (_gate)
        {
            return [.. _files.Keys
                .Where(name => name.StartsWith(prefix, StringComparison.Ordinal) && name.IndexOf('/', prefix.Length) < 0)
                .Order(StringComparer.Ordinal)];
        }
    }

    /// <inheritdoc/>
    public void Move(string from, string to)
    {
        lock (_gate)
        {
            var file = Take(from) ?? throw new FileNotFoundException($"There is no log file {from}.", from);
            Take(to);
            _files[to] = file;
        }
    }

    /// <inheritdoc/>
    public Stream OpenAppend(string path)
    {
        lock (_gate)
        {
            if (!_files.TryGetValue(path, out var file))
                _files[path] = file = new MemoryLogFile();
            return new MemoryLogStream(file, writable: true);
        }
    }

    /// <inheritdoc/>
    public void Delete(string path)
    {
        lock (_gate)
            Take(path);
    }

    /// <inheritdoc/>
    public Task WaitForChangeAsync(string path, long length, CancellationToken cancel)
    {
        lock (_gate)
            return _files.TryGetValue(path, out var file) ? file.WaitAsync(length, cancel) : Task.CompletedTask;
    }

    // Whoever waits for more of a file that was renamed or removed has to look again.
    private MemoryLogFile? Take(string path)
    {
        if (_files.Remove(path, out var file))
            file.Wake();
        return file;
    }
}
