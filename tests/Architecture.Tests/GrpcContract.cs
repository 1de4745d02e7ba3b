using System.Reflection;
using System.Reflection.Metadata;

namespace EncryptionService.Architecture.Tests;

/// <summary>
/// The two contract assemblies hold what the official gRPC assemblies call: a missing member would otherwise show only as a
/// MissingMethodException on the path that needs it (src/Grpc.Core.Api/README.md).
/// </summary>
public sealed class GrpcContract
{
    private static readonly string[] contracts = ["Grpc.Core.Api", "Grpc.Net.Common"];

    private static readonly string[] objectMethods = ["ToString", "Equals", "GetHashCode", "Finalize"];

    [Theory]
    [InlineData("Grpc.AspNetCore.Server")]
    [InlineData("Grpc.Net.Client")]
    public void Every_type_and_member_that_an_official_assembly_references_is_there(string official)
    {
        var offered = contracts.SelectMany(Offered).ToHashSet();
        using var assembly = new AssemblyFile(official);

        var types = ReferencedTypes(assembly.Metadata).ToArray();
        var members = ReferencedMembers(assembly.Metadata).ToArray();

        Assert.True(types.Length > 10 && members.Length > 10, $"only {types.Length} types and {members.Length} members were looked at");
        Assert.Empty(types.Concat(members).Except(offered));
    }

    [Theory]
    [InlineData("Grpc.AspNetCore.Server")]
    [InlineData("Grpc.Net.Client")]
    public void Every_member_that_an_official_assembly_overrides_is_there_and_no_other_is_abstract(string official)
    {
        var offered = contracts.SelectMany(Offered).ToHashSet();
        var mustOverride = contracts.SelectMany(contract => Offered(contract, onlyAbstract: true)).ToArray();
        using var assembly = new AssemblyFile(official);
        var derived = Derived(assembly.Metadata).ToArray();
        var overridden = derived.SelectMany(type => type.Overrides).ToHashSet();

        Assert.True(overridden.Count >= 5, $"only {overridden.Count} overrides were looked at");
        Assert.Empty(overridden.Except(offered));
        foreach (var (contractType, overrides) in derived)
        {
            var demanded = mustOverride.Where(member => member.StartsWith(contractType + "::", StringComparison.Ordinal));
            Assert.Empty(demanded.Except(overrides));
        }
    }

    [Fact]
    public void Both_state_the_public_key_under_which_the_official_assemblies_look_for_them()
    {
        using var official = new AssemblyFile("Grpc.AspNetCore.Server");
        var token = Convert.ToHexString(official.Metadata.GetAssemblyDefinition().GetAssemblyName().GetPublicKeyToken()!);

        foreach (var contract in contracts)
        {
            using var assembly = new AssemblyFile(contract);
            var stated = assembly.Metadata.GetAssemblyDefinition().GetAssemblyName().GetPublicKeyToken()!;
            Assert.Equal(token, Convert.ToHexString(stated));
        }
    }

    private static IEnumerable<string> ReferencedTypes(MetadataReader reader) => reader.TypeReferences
        .Where(handle => IsContract(reader, handle))
        .Select(handle => SignatureNames.Of(reader, handle));

    private static IEnumerable<string> ReferencedMembers(MetadataReader reader)
    {
        foreach (var member in reader.MemberReferences.Select(reader.GetMemberReference))
        {
            if (Owner(reader, member.Parent) is { } owner)
            {
                var signature = member.GetKind() == MemberReferenceKind.Method
                    ? SignatureNames.Of(member.DecodeMethodSignature(SignatureNames.Instance, null))
                    : member.DecodeFieldSignature(SignatureNames.Instance, null);
                yield return $"{owner}::{reader.GetString(member.Name)} {signature}";
            }
        }
    }

    /// <summary>The types that derive from a contract class, each with what it overrides; overrides are no member references.</summary>
    private static IEnumerable<(string ContractType, string[] Overrides)> Derived(MetadataReader reader)
    {
        foreach (var type in reader.TypeDefinitions.Select(reader.GetTypeDefinition))
        {
            if (!type.BaseType.IsNil && type.BaseType.Kind == HandleKind.TypeReference && Owner(reader, type.BaseType) is { } owner)
            {
                var overrides = type.GetMethods().Select(reader.GetMethodDefinition)
                    .Where(method => (method.Attributes & (MethodAttributes.Virtual | MethodAttributes.NewSlot)) == MethodAttributes.Virtual)
                    .Where(method => !objectMethods.Contains(reader.GetString(method.Name)));
                yield return (owner, [.. overrides.Select(method => Describe(reader, owner, method))]);
            }
        }
    }

    private static string Describe(MetadataReader reader, string owner, MethodDefinition method) =>
        $"{owner}::{reader.GetString(method.Name)} {SignatureNames.Of(method.DecodeSignature(SignatureNames.Instance, null))}";

    /// <summary>The contract type that a member reference hangs on, without its type arguments; null where it is no contract type.</summary>
    private static string? Owner(MetadataReader reader, EntityHandle parent)
    {
        if (parent.Kind == HandleKind.TypeSpecification)
        {
            // A generic instantiation: the two bytes "generic, class or value type", then the type itself.
            var blob = reader.GetBlobReader(reader.GetTypeSpecification((TypeSpecificationHandle)parent).Signature);
            if (blob.ReadSignatureTypeCode() != SignatureTypeCode.GenericTypeInstance)
            {
                return null;
            }

            blob.ReadByte();
            parent = blob.ReadTypeHandle();
        }

        return parent.Kind == HandleKind.TypeReference && IsContract(reader, (TypeReferenceHandle)parent)
            ? SignatureNames.Of(reader, (TypeReferenceHandle)parent)
            : null;
    }

    private static bool IsContract(MetadataReader reader, TypeReferenceHandle handle)
    {
        var scope = reader.GetTypeReference(handle).ResolutionScope;
        return scope.Kind switch
        {
            HandleKind.TypeReference => IsContract(reader, (TypeReferenceHandle)scope),
            HandleKind.AssemblyReference => contracts.Contains(
                reader.GetString(reader.GetAssemblyReference((AssemblyReferenceHandle)scope).Name)),
            _ => false,
        };
    }

    private static List<string> Offered(string contract) => Offered(contract, onlyAbstract: false);

    private static List<string> Offered(string contract, bool onlyAbstract)
    {
        using var assembly = new AssemblyFile(contract);
        var reader = assembly.Metadata;
        var offered = new List<string>();
        foreach (var handle in reader.TypeDefinitions)
        {
            var type = reader.GetTypeDefinition(handle);
            var name = SignatureNames.Of(reader, handle);
            offered.AddRange(type.GetMethods().Select(reader.GetMethodDefinition)
                .Where(method => !onlyAbstract || (method.Attributes & MethodAttributes.Abstract) != 0)
                .Select(method => Describe(reader, name, method)));
            if (!onlyAbstract)
            {
                offered.Add(name);
                offered.AddRange(type.GetFields().Select(reader.GetFieldDefinition).Select(field =>
                    $"{name}::{reader.GetString(field.Name)} {field.DecodeSignature(SignatureNames.Instance, null)}"));
            }
        }

        return offered;
    }
}
