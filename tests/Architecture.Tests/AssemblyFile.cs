using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

namespace EncryptionService.Architecture.Tests;

/// <summary>An assembly beside the tests, read as a file and never loaded.</summary>
internal sealed class AssemblyFile : IDisposable
{
    private readonly PEReader reader;

    public AssemblyFile(string assemblyName)
    {
        reader = new PEReader(File.OpenRead(Path.Combine(AppContext.BaseDirectory, assemblyName + ".dll")));
        Metadata = reader.GetMetadataReader();
    }

    public MetadataReader Metadata { get; }

    public string[] References =>
        [.. Metadata.AssemblyReferences.Select(handle => Metadata.GetString(Metadata.GetAssemblyReference(handle).Name))];

    public void Dispose() => reader.Dispose();
}
