using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;

namespace CodexRouter.Build;

/// <summary>
/// Sets the <c>SpecialName</c> flag on every property accessor of a compiled assembly, in place.
/// </summary>
/// <remarks>
/// F# leaves the flag off the property getters of union cases. The native compiler keeps a property's custom
/// attributes only when its accessor carries the flag, so FSharp.Core's reflection, and Argu and
/// FSharp.SystemTextJson on top of it, would find unions without fields in the native program.
/// ECMA-335, II.22.26: <c>MethodDef.Flags</c> is the two bytes that follow RVA (4) and ImplFlags (2) in each row.
/// </remarks>
public static class SpecialNameFlag
{
    private const int OffsetOfFlagsInRow = 6;

    /// <summary>Gives the accessors that lacked the flag, as <c>Type.Method</c>, after setting it on them.</summary>
    /// <exception cref="IOException">The file cannot be read or written.</exception>
    /// <exception cref="BadImageFormatException">It is not a .NET assembly; it is left as it is.</exception>
    public static IReadOnlyList<string> SetOnPropertyAccessors(string assemblyPath)
    {
        byte[] image = File.ReadAllBytes(assemblyPath);
        var mended = new List<string>();

        using (var pe = new PEReader(new MemoryStream(image, writable: false)))
        {
            if (!pe.HasMetadata)
            {
                throw new BadImageFormatException("the file is not a .NET assembly");
            }

            MetadataReader metadata = pe.GetMetadataReader();
            int table = pe.PEHeaders.MetadataStartOffset + metadata.GetTableMetadataOffset(TableIndex.MethodDef);
            int rowSize = metadata.GetTableRowSize(TableIndex.MethodDef);

            foreach (PropertyDefinitionHandle handle in metadata.PropertyDefinitions)
            {
                PropertyAccessors accessors = metadata.GetPropertyDefinition(handle).GetAccessors();
                foreach (MethodDefinitionHandle accessor in (ReadOnlySpan<MethodDefinitionHandle>)[accessors.Getter, accessors.Setter])
                {
                    if (accessor.IsNil)
                    {
                        continue;
                    }

                    MethodDefinition method = metadata.GetMethodDefinition(accessor);
                    if (method.Attributes.HasFlag(MethodAttributes.SpecialName))
                    {
                        continue;
                    }

                    int flags = table + ((MetadataTokens.GetRowNumber(accessor) - 1) * rowSize) + OffsetOfFlagsInRow;
                    image[flags + 1] |= (byte)((ushort)MethodAttributes.SpecialName >> 8); // little-endian: the higher byte
                    TypeDefinition type = metadata.GetTypeDefinition(method.GetDeclaringType());
                    mended.Add(metadata.GetString(type.Name) + "." + metadata.GetString(method.Name));
                }
            }
        }

        if (mended.Count > 0)
        {
            // A build that is interrupted here must not leave half an assembly that looks newer than its sources.
            string complete = assemblyPath + ".mended";
            File.WriteAllBytes(complete, image);
            File.Move(complete, assemblyPath, overwrite: true);
        }

        return mended;
    }
}
