#pragma once

#include <string>

/// Files that goals are written to.
namespace bulkhead::refine {

/// The name of the file of a goal below the folder of an export: a folder for each part of the goal's name.
std::string file_of_goal(const std::string& goal);

/// Makes a folder for an export. Throws `Error` if it cannot be made or written, or if it holds something already.
void prepare_export(const std::string& folder);

/// Writes a file and the folders that it needs. It has its name only once it is whole. Throws `Error`.
void write_whole(const std::string& file, const std::string& text);

}  // namespace bulkhead::refine
